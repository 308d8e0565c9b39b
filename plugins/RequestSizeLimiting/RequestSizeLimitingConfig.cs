using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.RequestSizeLimiting;

/// <summary>How large a body may be.</summary>
sealed record RequestSizeLimitingConfig
{
    /// <summary>How many units.</summary>
    public long? AllowedPayloadSize { get; init; } = 128;

    /// <summary>The unit.</summary>
    public SizeUnit SizeUnit { get; init; } = SizeUnit.Megabytes;

    /// <summary>Whether a request must say its length.</summary>
    public bool RequireContentLength { get; init; }

    internal double AllowedBytes => (double)(AllowedPayloadSize ?? 128) * SizeUnit switch
    {
        SizeUnit.Megabytes => 1 << 20,
        SizeUnit.Kilobytes => 1 << 10,
        _ => 1,
    };
}

/// <summary>Units of sizes.</summary>
enum SizeUnit
{
    /// <summary>1048576 bytes.</summary>
    Megabytes,

    /// <summary>1024 bytes.</summary>
    Kilobytes,

    /// <summary>Bytes.</summary>
    Bytes,
}
