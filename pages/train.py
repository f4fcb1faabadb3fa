"""Train: choose a task and a network, and watch it learn."""

import streamlit as st

from explorer import frame, train_page
from explorer.controls import train

frame.enter()
train_page.arrivals()

with st.sidebar:
    choice = train.sidebar()

train_page.heading(choice)
train_page.run_bar(choice)
train_page.live()
train_page.tabs()
train_page.remembered()
