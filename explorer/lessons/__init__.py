"""What is taught step by step, in numbers and words; nothing here knows Streamlit."""
