using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.TcpLog;

/// <summary>Which server entries are sent to, and how.</summary>
sealed record TcpLogConfig : IEntryConfig
{
    /// <summary>The server.</summary>
    [Host]
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    [Port]
    public required int Port { get; init; }

    /// <summary>How long connecting and sending may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>How long an unused connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <summary>Whether TLS is spoken. The server's certificate is not looked at.</summary>
    public bool Tls { get; init; }

    /// <summary>The TLS server name.</summary>
    public string? TlsSni { get; init; }

    /// <summary>Fields that an entry gets as well, by path: what a piece of Lua returns; nil takes a field out.</summary>
    [Length(Min = 1, On = Part.Keys), Length(Min = 1, On = Part.Elements)]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    CustomFields IEntryConfig.CustomFields => field ??= new CustomFields(CustomFieldsByLua);
}
