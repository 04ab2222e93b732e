"""The admin's own login, which also says that one has to wait."""

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm

from shop.modules.identity.lockout import TellsOfLockout


class LoginForm(TellsOfLockout, AdminAuthenticationForm):
    pass


admin.site.login_form = LoginForm
