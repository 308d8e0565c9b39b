namespace Gibbon.Pdk;

/// <summary>What a plugin's configuration may be attached to, besides the whole gateway.</summary>
[Flags]
public enum PluginScopes
{
    /// <summary>Nothing: the plugin can only be configured globally.</summary>
    None = 0,

    /// <summary>A service (absent: Kong's <c>no_service</c>).</summary>
    Service = 1,

    /// <summary>A route (absent: Kong's <c>no_route</c>).</summary>
    Route = 2,

    /// <summary>A consumer (absent: Kong's <c>no_consumer</c>).</summary>
    Consumer = 4,

    /// <summary>A group of consumers (beyond Kong's open edition; absent: <c>no_consumer_group</c>).</summary>
    ConsumerGroup = 8,

    /// <summary>Each of them.</summary>
    All = Service | Route | Consumer | ConsumerGroup,
}
