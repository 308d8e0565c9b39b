using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.HttpLog;

/// <summary>Where entries are sent, and how.</summary>
sealed record HttpLogConfig : IConfigureSchema, IEntryConfig
{
    const string TwoAuthorizations = "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed";

    /// <summary>The server's URL; user and password in it are sent as Basic authorization, a query is not sent.</summary>
    [Url, Referenceable, Encrypted]
    public required string HttpEndpoint { get; init; }

    /// <summary>The method.</summary>
    [OneOf("POST", "PUT", "PATCH")]
    public string? Method { get; init; } = "POST";

    /// <summary>The media type that is claimed.</summary>
    [OneOf("application/json", "application/json; charset=utf-8")]
    public string? ContentType { get; init; } = "application/json";

    /// <summary>How long connecting may take, and how long the answer, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>How long an unused connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <summary>Means nothing any more.</summary>
    [Deprecated("http-log: config.retry_count no longer works, please use config.queue.max_retry_time instead", "4.0", OldDefault = 10)]
    public long? RetryCount { get; init; }

    /// <summary>The old name of <see cref="QueueConfig.MaxBatchSize"/>.</summary>
    [Deprecated("http-log: config.queue_size is deprecated, please use config.queue.max_batch_size instead", "4.0", OldDefault = 1)]
    public long? QueueSize { get; init; }

    /// <summary>The old name of <see cref="QueueConfig.MaxCoalescingDelay"/>.</summary>
    [Deprecated("http-log: config.flush_timeout is deprecated, please use config.queue.max_coalescing_delay instead", "4.0", OldDefault = 2)]
    public double? FlushTimeout { get; init; }

    /// <summary>Headers that are sent as well.</summary>
    [HeaderName(On = Part.Keys)]
    [MatchNone("^[Hh][Oo][Ss][Tt]$", "cannot contain 'Host' header", On = Part.Keys)]
    [MatchNone("^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Ll][Ee][nn][Gg][Tt][Hh]$", "cannot contain 'Content-Length' header", On = Part.Keys)]
    [MatchNone("^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$", "cannot contain 'Content-Type' header", On = Part.Keys)]
    [Referenceable]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The queue between requests and the server.</summary>
    public QueueConfig Queue { get; init; } = new();

    /// <summary>Fields that an entry gets as well, by path: what a piece of Lua returns; nil takes a field out.</summary>
    [Length(Min = 1, On = Part.Keys), Length(Min = 1, On = Part.Elements)]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    internal Endpoint Endpoint => field ??= Endpoint.Parse(HttpEndpoint);

    CustomFields IEntryConfig.CustomFields => field ??= new CustomFields(CustomFieldsByLua);

    internal bool IsBatched => EffectiveQueue.MaxBatchSize != 1;

    internal QueueConfig EffectiveQueue => field ??= LegacyQueue.Merge(Queue, QueueSize, FlushTimeout);

    /// <summary>Configurations that send to the same place in the same way share a queue, whatever else they say.</summary>
    internal string QueueName => field ??= string.Join(
        ':',
        HttpEndpoint,
        Method,
        ContentType,
        Value.ToText(Timeout),
        Value.ToText(Keepalive),
        RetryCount is { } count ? Value.ToText(count) : "nil");

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.CheckWhole(static config =>
        config.GetMap("headers") is { } headers
        && config.GetString("http_endpoint") is { } endpoint
        && headers.Keys.Any(static name => name.Equals("authorization", StringComparison.OrdinalIgnoreCase))
        && Endpoint.Parse(endpoint).UserInfo is not null
            ? TwoAuthorizations
            : null);
}
