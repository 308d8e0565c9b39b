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
        reason = postgres is null ? "no pg_* is set" : $"{postgres} is set";
        texts.Set("database", postgres is null ? "off" : "postgres", SettingOrigin.Default);
    }
}
