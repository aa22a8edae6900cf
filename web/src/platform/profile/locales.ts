/** Locales to choose from: where most of our readers are. Any other can be set by the API. */
export const LOCALES: readonly string[] = (
  'en-GB en-US en-IE en-AU en-IN de-DE de-AT de-CH fr-FR fr-CH fr-BE nl-NL nl-BE ' +
  'es-ES es-MX pt-PT pt-BR it-IT pl-PL cs-CZ sk-SK hu-HU ro-RO bg-BG el-GR hr-HR ' +
  'sl-SI da-DK sv-SE nb-NO fi-FI et-EE lv-LV lt-LT tr-TR uk-UA ja-JP ko-KR zh-CN ' +
  'zh-TW hi-IN id-ID vi-VN th-TH'
).split(' ')

/** English (United Kingdom) */
export function localeName(locale: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language', languageDisplay: 'standard' }).of(locale) ?? locale
  } catch {
    return locale
  }
}
