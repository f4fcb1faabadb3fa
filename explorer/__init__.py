"""What the pages share that knows Streamlit or Plotly."""
