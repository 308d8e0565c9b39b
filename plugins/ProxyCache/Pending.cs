using System.Buffers;
using Gibbon.Pdk;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>A response that is on its way to the client and shall be kept.</summary>
sealed class Pending
{
    /// <summary>Its key; <c>null</c> if it is not to be kept.</summary>
    public string? Key { get; set; }

    /// <summary>The body of the request; <c>null</c> if it is too long, or a response that was kept is fetched again.</summary>
    public byte[]? RequestBody { get; set; }

    /// <summary>Its headers, once they have come.</summary>
    public HeaderMap? Headers { get; set; }

    /// <summary>How long it is fresh, in seconds.</summary>
    public double Ttl { get; set; }

    /// <summary>The headers of the request that the service chose it by.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Varies { get; set; } = [];

    /// <summary>The part of the body that has come.</summary>
    public ArrayBufferWriter<byte> Body { get; } = new();
}
