using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>Loads the settings: sources into text, aliases and references resolved, text into values, values into <see cref="GatewaySettings"/>.</summary>
internal static class SettingsLoader
{
    public static SettingsLoad Load(SettingSources sources)
    {
        var errors = new List<string>();
        var file = new Dictionary<string, string>(StringComparer.Ordinal);
        var path = sources.File ?? (sources.SearchFile ? SettingsFile.DefaultPaths.FirstOrDefault(File.Exists) : null);
        if (path is not null && SettingsFile.Read(path, file) is { } unreadable)
            return new SettingsLoad { Errors = [unreadable], File = path };
        foreach (var (name, secret) in sources.Secrets)
            file[name] = secret;
        if (sources.Over is { } over && SettingsFile.Read(over, file) is { } unreadableToo)
            return new SettingsLoad { Errors = [unreadableToo], File = over };

        var texts = SettingValues.Merge(sources, file);
        DatabaseChoice.Resolve(texts, out var databaseReason);
        var prefixReason = ResolvePrefix(texts, sources.Prefixes, path);
        var written = texts.ToDictionary();
        var warnings = SettingAliases.Resolve(texts);
        var references = SettingReferences.Resolve(texts, sources.Environment, errors);
        CipherProfiles.Resolve(texts, errors);

        var values = SettingTyping.Apply(texts, errors);
        var reader = new SettingReader(texts, values, errors);
        var settings = Bind(reader, new RawSettings(values, references, written), prefixReason, databaseReason);
        SettingRules.Check(reader, settings);
        warnings.AddRange(reader.Warnings);
        if (InertSettings.Warning(texts) is { } inert)
            warnings.Add(inert);

        return new SettingsLoad
        {
            Settings = errors.Count == 0 ? settings : null,
            Errors = [.. errors],
            Warnings = [.. warnings],
            Prefix = texts.Text("prefix"),
            File = path,
        };
    }

    /// <summary>Defaults with some settings changed, and nothing read from the machine: for tests and for hosts inside another program.</summary>
    /// <exception cref="ArgumentException">A setting is wrong; the message lists why.</exception>
    public static GatewaySettings From(params IEnumerable<KeyValuePair<string, string>> settings)
    {
        var load = Load(new SettingSources { SearchFile = false, Arguments = settings.ToImmutableDictionary() });
        return load.Settings ?? throw new ArgumentException(string.Join(Environment.NewLine, load.Errors), nameof(settings));
    }

    private static string ResolvePrefix(SettingValues texts, PrefixChoice choice, string? file)
    {
        if (texts.Text("prefix") is { Length: > 0 } given)
        {
            texts.Set("prefix", Path.TrimEndingDirectorySeparator(Path.GetFullPath(given)), texts.Origin("prefix"));
            return texts.Origin("prefix") switch
            {
                SettingOrigin.Argument => "given with --prefix",
                SettingOrigin.Environment => "set by KONG_PREFIX",
                _ => $"set in {file}",
            };
        }

        var (prefix, reason) = choice.Pick();
        texts.Set("prefix", prefix, SettingOrigin.Default);
        return reason;
    }

    private static GatewaySettings Bind(SettingReader read, RawSettings raw, string prefixReason, string databaseReason) => new()
    {
        Node = NodeSettings.From(read, prefixReason),
        Listeners = ListenerSettings.From(read),
        Tls = TlsSettings.From(read),
        Proxy = ProxySettings.From(read),
        Streams = StreamSettings.From(read),
        Upstreams = UpstreamSettings.From(read),
        RealIp = RealIpSettings.From(read),
        Headers = HeaderSettings.From(read),
        Errors = ErrorSettings.From(read),
        Logs = LogSettings.From(read),
        Tracing = TracingSettings.From(read),
        Traffic = TrafficSettings.From(read),
        Router = RouterSettings.From(read),
        Dns = DnsSettings.From(read),
        Database = DatabaseSettings.From(read, databaseReason),
        Cache = CacheSettings.From(read),
        Plugins = PluginSettings.From(read),
        Vaults = VaultSettings.From(read),
        Lua = LuaSettings.From(read),
        Workers = WorkerSettings.From(read),
        Admin = AdminSettings.From(read),
        Manager = ManagerSettings.From(read),
        Hybrid = HybridSettings.From(read),
        Raw = raw,
    };
}
