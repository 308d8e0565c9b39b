namespace Gibbon.Settings;

/// <summary>Picks the database when nobody names one: postgres for whoever configured it, else the one that needs nothing.</summary>
internal static class DatabaseChoice
{
    public static void Resolve(SettingValues texts, out string reason)
    {
        if (texts.Text("database") is { Length: > 0 })
        {
            reason = "set by database";
            return;
        }

        if (texts.Text("role") == "data_plane")
        {
            reason = "role is data_plane";
            texts.Set("database", "off", SettingOrigin.Default);
            return;
        }

        var postgres = texts.Names
            .Where(name => name.StartsWith("pg_", StringComparison.Ordinal) && texts.IsGiven(name))
            .Order(StringComparer.Ordinal).FirstOrDefault();
        // Who hands over a file wants it served; to Kong that is database = off, and to nobody anything else.
        string? declaration = texts.IsGiven("declarative_config") ? "declarative_config"
            : texts.IsGiven("declarative_config_string") ? "declarative_config_string"
            : null;
        reason = (postgres ?? declaration) is { } given ? $"{given} is set" : "no pg_* is set";
        texts.Set("database", postgres is not null ? "postgres" : declaration is not null ? "off" : "sqlite", SettingOrigin.Default);
    }
}
