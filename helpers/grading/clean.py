def clean(nb):
    pass
