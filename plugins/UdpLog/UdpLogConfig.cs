using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.UdpLog;

/// <summary>Which server entries are sent to.</summary>
sealed record UdpLogConfig : IEntryConfig
{
    /// <summary>The server.</summary>
    [Host]
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    [Port]
    public required int Port { get; init; }

    /// <summary>How long sending may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>Fields that an entry gets as well, by path: what a piece of Lua returns; nil takes a field out.</summary>
    [Length(Min = 1, On = Part.Keys), Length(Min = 1, On = Part.Elements)]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    CustomFields IEntryConfig.CustomFields => field ??= new CustomFields(CustomFieldsByLua);
}
