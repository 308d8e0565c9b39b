using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Zipkin;

/// <summary>A span as Zipkin wants it. Times are in microseconds since 1970.</summary>
/// <param name="kind"><c>SERVER</c> or <c>CLIENT</c>.</param>
/// <param name="name">What it is called.</param>
/// <param name="timestamp">When it began.</param>
/// <param name="traceId">The trace.</param>
/// <param name="spanId">Its id; <c>null</c> makes one.</param>
/// <param name="parentId">The span it belongs to.</param>
sealed class ZipkinSpan(string kind, string name, long timestamp, byte[] traceId, byte[]? spanId, byte[]? parentId)
{
    const int IdSize = 8;

    readonly Dictionary<string, string> tags = [];
    readonly ValueList annotations = [];
    long duration;

    public string Name => name;

    public long Timestamp => timestamp;

    public byte[] TraceId => traceId;

    public byte[] SpanId { get; } = spanId ?? RandomNumberGenerator.GetBytes(IdSize);

    public byte[]? ParentId => parentId;

    /// <summary>The other side's name, if it has one.</summary>
    public string? ServiceName { get; set; }

    /// <summary>The other side's address.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>The other side's port.</summary>
    public int? Port { get; set; }

    /// <summary>A span within this one.</summary>
    public ZipkinSpan Child(string childName, long childTimestamp) => new("CLIENT", childName, childTimestamp, traceId, null, SpanId);

    /// <summary>Says something about it; an empty text says nothing.</summary>
    public void Tag(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            tags[key] = value;
        else
            tags.Remove(key);
    }

    public void Tag(string key, long value) => Tag(key, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Says that something happened.</summary>
    public void Annotate(string value, long time) => annotations.Add(new ValueMap { ["value"] = value, ["timestamp"] = time });

    /// <summary>Ends it.</summary>
    public void Finish(long time) => duration = Math.Max(0, time - timestamp);

    /// <summary>It as data.</summary>
    /// <param name="localName">The gateway's name.</param>
    /// <param name="defaultName">The name of another side that has none.</param>
    public ValueMap Write(string localName, string? defaultName)
    {
        var map = new ValueMap
        {
            ["traceId"] = Convert.ToHexStringLower(traceId),
            ["name"] = name,
            ["id"] = Convert.ToHexStringLower(SpanId),
            ["kind"] = kind,
            ["timestamp"] = timestamp,
            ["duration"] = duration,
            ["localEndpoint"] = new ValueMap { ["serviceName"] = localName },
            ["remoteEndpoint"] = Remote(ServiceName ?? defaultName),
            ["tags"] = new ValueMap(tags.Select(static tag => KeyValuePair.Create(tag.Key, (object?)tag.Value))),
        };
        if (parentId is not null)
            map["parentId"] = Convert.ToHexStringLower(parentId);

        if (annotations.Count > 0)
            map["annotations"] = annotations;

        return map;
    }

    ValueMap? Remote(string? serviceName)
    {
        if (Port is null && serviceName is null)
            return null;

        var remote = new ValueMap();
        if (serviceName is not null)
            remote["serviceName"] = serviceName;

        if (Port is { } port)
            remote["port"] = (long)port;

        if (Address is { } address)
            remote[address.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4"] = address.ToString();

        return remote;
    }
}
