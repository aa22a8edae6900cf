import { createTheme, type MantineColorsTuple } from '@mantine/core'

/**
 * Colours a colour-blind person can tell apart, after Okabe and Ito (2008); each as ten shades from light to dark.
 * A colour never stands alone: what has a severity also has a shape and a word.
 */
const shades = (row: string) => row.split(' ') as unknown as MantineColorsTuple
const petrol = shades('#eaf4f9 #d3e7f1 #a6cfe3 #74b4d4 #4a9cc6 #2b89b9 #0f75a8 #0a618d #0b4f71 #083b55')
const vermilion = shades('#fdf0ea #f9dccf #f2b79d #ea9068 #e3703e #dc5b1f #c24a08 #a23c05 #7f3006 #5f2404')
const amber = shades('#fdf6e4 #faebc6 #f4d68c #eec04f #e9ad1f #d99800 #b87f00 #8a5f00 #6b4a00 #4e3600')
const green = shades('#e6f6f1 #cbebe0 #97d7c1 #5fc19f #33af86 #12a277 #008a63 #00704f #00573e #00402d')
/** Warm greys: paper by day. */
const gray = shades('#faf9f7 #f3f2ef #e9e7e3 #dddad4 #c9c6bf #a5a29b #7c7a74 #5d5c57 #3c3b38 #21211f')
/** Cool darks: slate by night. Mantine takes text from 0, borders from 4, surfaces from 6 and 7. */
const dark = shades('#e3e6ea #c3c8cf #9ba3ae #79818d #353b44 #2b3038 #20252b #15181d #101317 #0b0d10')

/** What explains a field stands below it, so that fields side by side stay in line. */
const ORDER = ['label', 'input', 'description', 'error'] as const
const INPUT = { defaultProps: { size: 'sm', inputWrapperOrder: ORDER } }

export const theme = createTheme({
  colors: { petrol, vermilion, amber, green, gray, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  white: '#ffffff',
  black: '#1c1d1f',
  fontFamily: "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.375rem' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.55', lg: '1.5', xl: '1.3' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2.25rem' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '18px' },
  defaultRadius: 'sm',
  headings: {
    fontFamily: "'Inter Display', Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    fontWeight: '620',
    textWrap: 'balance',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.45' },
      h4: { fontSize: '0.875rem', lineHeight: '1.45' },
    },
  },
  shadows: {
    xs: '0 1px 2px rgb(20 20 15 / 5%)',
    sm: '0 1px 3px rgb(20 20 15 / 6%), 0 2px 8px rgb(20 20 15 / 4%)',
    md: '0 2px 6px rgb(20 20 15 / 6%), 0 8px 24px rgb(20 20 15 / 8%)',
    lg: '0 4px 12px rgb(20 20 15 / 8%), 0 18px 48px rgb(20 20 15 / 14%)',
    xl: '0 8px 20px rgb(20 20 15 / 10%), 0 28px 72px rgb(20 20 15 / 18%)',
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: INPUT,
    PasswordInput: INPUT,
    NativeSelect: INPUT,
    Select: INPUT,
    Textarea: INPUT,
    NumberInput: INPUT,
    CheckboxGroup: { defaultProps: { inputWrapperOrder: ['label', 'description', 'input', 'error'] } },
    Modal: { defaultProps: { radius: 'lg', centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Menu: { defaultProps: { shadow: 'md', radius: 'md' } },
    Notification: { defaultProps: { radius: 'md' } },
  },
})
