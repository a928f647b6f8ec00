"""A printed file made whole: tags, reading order, what its letters mean. It knows no brief."""
