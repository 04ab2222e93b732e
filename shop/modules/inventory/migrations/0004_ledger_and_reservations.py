import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0003_idempotency'),
    ]

    operations = [
        migrations.AddField(
            model_name='stock',
            name='closed_at',
            field=models.DateTimeField(blank=True, help_text='when its product was deleted', null=True),
        ),
        migrations.AlterField(
            model_name='stock',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RemoveConstraint(
            model_name='stockitem',
            name='one_stock_item_per_product_and_inventory',
        ),
        migrations.AlterField(
            model_name='stockitem',
            name='inventory',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='inventory.inventory'),
        ),
        migrations.AlterField(
            model_name='stockitem',
            name='stock',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='inventory.stock'),
        ),
        migrations.AlterField(
            model_name='stockitem',
            name='on_hand',
            field=models.PositiveIntegerField(default=0, help_text='the sum of its movements'),
        ),
        migrations.AddConstraint(
            model_name='stockitem',
            constraint=models.UniqueConstraint(fields=('inventory', 'stock'), name='one_stock_item_per_product_and_inventory'),
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('placed', 'Placed'), ('confirmed', 'Confirmed'), ('released', 'Released'), ('expired', 'Expired')], default='placed', max_length=9)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('expiry_event', models.UUIDField(editable=False, help_text='of the scheduled ReservationExpiryDue')),
            ],
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reservation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='inventory.reservation')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='inventory.stockitem')),
                ('quantity', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reservation', 'item'), name='one_allocation_per_item'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='allocation_holds_something')],
            },
        ),
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('stock', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='inventory.stock')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='inventory.stockitem')),
                ('version', models.PositiveIntegerField(help_text='of the stock, which this movement led to')),
                ('kind', models.CharField(choices=[('opening', 'Opening'), ('adjustment', 'Adjustment'), ('shipment', 'Shipment')], max_length=10)),
                ('delta', models.IntegerField()),
                ('balance', models.PositiveIntegerField(help_text='on hand in the inventory afterwards')),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('reservation', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='inventory.reservation')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [models.Index(fields=['stock', 'version', 'id'], name='inventory_ledger')],
                'constraints': [models.UniqueConstraint(fields=('item', 'version'), name='one_movement_per_item_and_version'), models.CheckConstraint(condition=models.Q(('delta', 0), _negated=True), name='movement_moves_something')],
            },
        ),
    ]
