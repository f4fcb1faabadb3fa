"""Training as the Train page has it: plans, the worker that runs them, what is kept. No Streamlit."""
