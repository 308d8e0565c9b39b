using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Loggly;

/// <summary>Where Loggly is, and with which severities it is told.</summary>
sealed record LogglyConfig : ISeverityConfig, IEntryConfig
{
    /// <summary>The server.</summary>
    [Host]
    public string? Host { get; init; } = "logs-01.loggly.com";

    /// <summary>Its port.</summary>
    [Port]
    public int? Port { get; init; } = 514;

    /// <summary>The customer's token.</summary>
    [Referenceable, Encrypted]
    public required string Key { get; init; }

    /// <summary>The tags of all entries.</summary>
    [Set]
    public IReadOnlyList<string>? Tags { get; init; } = ["kong"];

    /// <summary>The least grave severity that is sent.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string? LogLevel { get; init; } = "info";

    /// <summary>The severity of requests that were answered well.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string? SuccessfulSeverity { get; init; } = "info";

    /// <summary>The severity of answers from 400 to 499.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string? ClientErrorsSeverity { get; init; } = "info";

    /// <summary>The severity of answers from 500 on.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string? ServerErrorsSeverity { get; init; } = "info";

    /// <summary>How long sending may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>Fields that an entry gets as well, by path: what a piece of Lua returns; nil takes a field out.</summary>
    [Length(Min = 1, On = Part.Keys), Length(Min = 1, On = Part.Elements)]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    CustomFields IEntryConfig.CustomFields => field ??= new CustomFields(CustomFieldsByLua);

    /// <summary>What stands between the address and the entry: token and tags (RFC 5424, section 6.3).</summary>
    internal string StructuredData => field ??= $"[{Key}@41058 {string.Join(' ', (Tags ?? []).Select(static tag => $"tag=\"{tag}\""))}]";
}
