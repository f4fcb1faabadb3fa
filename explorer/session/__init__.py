"""What a visitor has, on every page, and the only place that touches ``st.session_state``."""
