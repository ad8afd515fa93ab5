"""How the page looks: system fonts, one accent, the colours of theme.css in light and in dark."""

from gradio.themes import Base

from gan_core.ui.frontend import asset_text

SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
FIXED_FONTS = ("ui-monospace", "SFMono-Regular", "Consolas", "Liberation Mono", "monospace")

# Gradio's own variables, given by ours. Ours change between light and dark in theme.css, so one value serves both.
VARIABLES = {
    "body_background_fill": "var(--gw-page)",
    "body_text_color": "var(--gw-ink)",
    "body_text_color_subdued": "var(--gw-muted)",
    "background_fill_primary": "var(--gw-surface)",
    "background_fill_secondary": "var(--gw-sunken)",
    "block_background_fill": "var(--gw-surface)",
    "block_border_color": "var(--gw-line)",
    "block_info_text_color": "var(--gw-muted)",
    "block_label_background_fill": "var(--gw-surface)",
    "block_label_border_color": "var(--gw-line)",
    "block_label_text_color": "var(--gw-muted)",
    "block_title_text_color": "var(--gw-ink)",
    "border_color_accent": "var(--gw-accent)",
    "border_color_primary": "var(--gw-line)",
    "button_cancel_background_fill": "var(--gw-surface)",
    "button_cancel_text_color": "var(--gw-bad)",
    "button_primary_background_fill": "var(--gw-accent)",
    "button_primary_background_fill_hover": "var(--gw-accent-strong)",
    "button_primary_text_color": "var(--gw-on-accent)",
    "button_secondary_background_fill": "var(--gw-surface)",
    "button_secondary_background_fill_hover": "var(--gw-sunken)",
    "button_secondary_border_color": "var(--gw-line-strong)",
    "button_secondary_text_color": "var(--gw-ink)",
    "checkbox_background_color": "var(--gw-surface)",
    "checkbox_background_color_selected": "var(--gw-accent)",
    "checkbox_border_color": "var(--gw-line-strong)",
    "checkbox_border_color_selected": "var(--gw-accent)",
    "checkbox_label_background_fill": "var(--gw-surface)",
    "checkbox_label_background_fill_hover": "var(--gw-sunken)",
    "checkbox_label_background_fill_selected": "var(--gw-tint)",
    "checkbox_label_border_color": "var(--gw-line)",
    "checkbox_label_border_color_selected": "var(--gw-accent)",
    "checkbox_label_text_color": "var(--gw-ink)",
    "checkbox_label_text_color_selected": "var(--gw-ink)",
    "code_background_fill": "var(--gw-sunken)",
    "color_accent": "var(--gw-accent)",
    "color_accent_soft": "var(--gw-tint)",
    "error_background_fill": "var(--gw-surface)",
    "error_text_color": "var(--gw-bad)",
    "input_background_fill": "var(--gw-surface)",
    "input_background_fill_focus": "var(--gw-surface)",
    "input_border_color": "var(--gw-line-strong)",
    "input_border_color_focus": "var(--gw-accent)",
    "input_placeholder_color": "var(--gw-muted)",
    "link_text_color": "var(--gw-accent)",
    "link_text_color_hover": "var(--gw-accent-strong)",
    "loader_color": "var(--gw-accent)",
    "panel_background_fill": "var(--gw-page)",
    "panel_border_color": "var(--gw-line)",
    "slider_color": "var(--gw-accent)",
    "stat_background_fill": "var(--gw-tint)",
    "table_border_color": "var(--gw-line)",
    "table_even_background_fill": "var(--gw-surface)",
    "table_odd_background_fill": "var(--gw-sunken)",
    "table_text_color": "var(--gw-ink)",
}

SHAPES = {
    "block_border_width": "1px",
    "block_label_border_width": "0px",
    "block_label_text_size": "*text_sm",
    "block_label_text_weight": "500",
    "block_radius": "12px",
    "block_shadow": "none",
    "block_title_text_size": "*text_sm",
    "block_title_text_weight": "600",
    "button_large_radius": "10px",
    "button_medium_radius": "9px",
    "button_small_radius": "8px",
    "button_large_text_weight": "600",
    "button_primary_shadow": "none",
    "checkbox_label_shadow": "none",
    "input_border_width": "1px",
    "input_radius": "9px",
    "input_shadow": "none",
    "input_shadow_focus": "0 0 0 3px var(--gw-tint)",
    "layout_gap": "14px",
    "form_gap_width": "0px",
}


def theme() -> Base:
    """The theme for `launch(theme=...)`; asks no other host for anything."""
    base = Base(
        primary_hue="indigo",
        neutral_hue="gray",
        font=list(SYSTEM_FONTS),
        font_mono=list(FIXED_FONTS),
    )
    known = set(vars(base))
    dark = {f"{name}_dark": value for name, value in VARIABLES.items() if f"{name}_dark" in known}
    return base.set(**VARIABLES, **dark, **SHAPES)


def head() -> str:
    """The page's own style sheets, for `launch(head=...)`: gradio rewrites the selectors of what `css=` is given."""
    return f"<style>{asset_text('shared/theme.css')}\n{asset_text('shared/controls.css')}</style>"
