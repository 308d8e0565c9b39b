namespace Gibbon.Pdk;

/// <summary>A request to a plugin's endpoint.</summary>
public sealed record EndpointRequest
{
    /// <summary>The gateway.</summary>
    public required PluginHost Host { get; init; }

    /// <summary>The log of the API that was asked (<c>admin_error_log</c>, <c>status_error_log</c>), under the plugin's name; its lines say whose request it was.</summary>
    public required PluginLogger Log { get; init; }

    /// <summary>The method in upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The parts of the path that vary, by name, decoded.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The query's arguments.</summary>
    public required QueryMap Query { get; init; }

    /// <summary>The headers.</summary>
    public required HeaderMap Headers { get; init; }

    /// <summary>The address with query as it was sent.</summary>
    public string Target { get; init; } = "/";

    /// <summary>The bytes of the body.</summary>
    public ReadOnlyMemory<byte> RawBody { get; init; }

    /// <summary>The body, decoded (JSON or a form); <c>null</c> if there is none.</summary>
    public Schemas.ValueMap? Body { get; init; }
}
