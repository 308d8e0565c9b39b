using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>What is cached, by what it is told apart, and for how long.</summary>
sealed record ProxyCacheConfig : IConfigureSchema
{
    MediaType[]? mediaTypes;

    /// <summary>The statuses of responses that are cached.</summary>
    [Length(Min = 1), Between(100, 900)]
    public IReadOnlyList<long> ResponseCode { get; init; } = [200, 301, 404];

    /// <summary>The methods of requests whose responses are cached.</summary>
    [OneOf("HEAD", "GET", "POST", "PATCH", "PUT")]
    public IReadOnlyList<string> RequestMethod { get; init; } = ["GET", "HEAD"];

    /// <summary>The media types of responses that are cached, parameters included; <c>*</c> is any type or subtype.</summary>
    public IReadOnlyList<string> ContentType { get; init; } = ["text/plain", "application/json"];

    /// <summary>How long a response is fresh, in seconds.</summary>
    [GreaterThan(0)]
    public long? CacheTtl { get; init; } = 300;

    /// <summary>Where responses are kept.</summary>
    public required CacheStrategy Strategy { get; init; }

    /// <summary>Whether <c>Cache-Control</c> of requests and responses counts (RFC 9111).</summary>
    public bool CacheControl { get; init; }

    /// <summary>Whether upper and lower case of the path are the same.</summary>
    [Optional]
    public bool? IgnoreUriCase { get; init; } = false;

    /// <summary>How long a response is kept, fresh or not, in seconds; by default as long as it is fresh.</summary>
    public long? StorageTtl { get; init; }

    /// <summary>The memory of strategy <c>memory</c>.</summary>
    public MemoryConfig Memory { get; init; } = new();

    /// <summary>The arguments that tell responses apart; empty is all.</summary>
    public IReadOnlyList<string>? VaryQueryParams { get; init; }

    /// <summary>The headers that tell responses apart.</summary>
    public IReadOnlyList<string>? VaryHeaders { get; init; }

    /// <summary>The headers that clients are told about the cache.</summary>
    public DiagnosticHeaders ResponseHeaders { get; init; } = new();

    internal MediaType[] MediaTypes => mediaTypes ??= [.. ContentType.Select(MediaType.Parse).OfType<MediaType>()];

    // Kong looks whether the dictionary exists; ours is made when it is first used.
    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Plugin.Check(["config"], static _ => null);
}

/// <summary>Where responses are kept.</summary>
enum CacheStrategy
{
    /// <summary>In the memory of this node.</summary>
    Memory,
}

/// <summary>A memory for responses.</summary>
sealed record MemoryConfig
{
    /// <summary>Its name; configurations that name the same one share it.</summary>
    public string DictionaryName { get; init; } = "kong_db_cache";
}

/// <summary>What clients are told about the cache.</summary>
sealed record DiagnosticHeaders
{
    /// <summary>How old a response from the cache is.</summary>
    public bool? Age { get; init; } = true;

    /// <summary>What the cache did: <c>Hit</c>, <c>Miss</c>, <c>Refresh</c> or <c>Bypass</c>.</summary>
    [Name("X-Cache-Status")]
    public bool? Status { get; init; } = true;

    /// <summary>The key of the response.</summary>
    [Name("X-Cache-Key")]
    public bool? Key { get; init; } = true;
}
