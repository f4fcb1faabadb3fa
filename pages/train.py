"""Train: choose a task and a network, and watch it learn."""

import streamlit as st

from explorer import train_page
from explorer.app import frame

frame.enter()
train_page.arrivals()

with st.sidebar:
    choice = train_page.sidebar()

train_page.heading(choice)
train_page.run_bar(choice)
train_page.live()
train_page.tabs()
frame.leave()
