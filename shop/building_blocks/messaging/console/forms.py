"""What the admin asks an operator."""

from django import forms


class SkipForm(forms.Form):
    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="Why these events may be left undone, and who will repair what they would have done.",
    )
