"""What the views of the inspector show, without a toolkit: lifelines, receipts, rates, order. Pure."""
