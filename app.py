"""LSTM Explorer: configure the app and route to a page. Nothing else happens here."""

from explorer.app import frame

frame.show()
