"""Pages and widgets; the only place that imports streamlit."""
