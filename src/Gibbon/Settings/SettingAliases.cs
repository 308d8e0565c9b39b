namespace Gibbon.Settings;

/// <summary>Settings that stand for others: <c>nginx_daemon</c> for <c>nginx_main_daemon</c>, <c>ssl_protocols</c> for two directives.</summary>
internal static class SettingAliases
{
    /// <returns>A warning for every deprecated name in use.</returns>
    public static List<string> Resolve(SettingValues texts)
    {
        var warnings = new List<string>();
        foreach (var setting in KnownSettings.All)
        {
            var given = texts.IsGiven(setting.Name);
            if (given && setting.DeprecatedFor is { } newer)
                warnings.Add($"the configuration property '{setting.Name}' is deprecated, use '{newer}' instead");
            if (given && (setting.AliasOf ?? setting.DeprecatedFor) is { } other && !texts.IsGiven(other))
                texts.Set(other, texts.Text(setting.Name)!, texts.Origin(setting.Name));
        }

        // The general spelling of a buffer size predates the directive's.
        if (texts.IsGiven("client_body_buffer_size") && !texts.IsGiven("nginx_http_client_body_buffer_size"))
            texts.Set("nginx_http_client_body_buffer_size", texts.Text("client_body_buffer_size")!, texts.Origin("client_body_buffer_size"));
        return warnings;
    }

    /// <summary>Copies the TLS settings into the directives of both subsystems, unless those are given.</summary>
    public static void FanOut(SettingValues texts)
    {
        foreach (var setting in KnownSettings.All)
        {
            if (setting.Sets.IsEmpty || texts.Text(setting.Name) is not { Length: > 0 } text)
                continue;
            foreach (var directive in setting.Sets)
            {
                if (!texts.IsGiven(directive))
                    texts.Set(directive, text, SettingOrigin.Default);
            }
        }
    }
}
