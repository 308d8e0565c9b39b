using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>What a limiting plugin's configuration says of where it counts.</summary>
interface ICountingConfig
{
    /// <summary>Where.</summary>
    Policy? Policy { get; }

    /// <summary>The Redis server of policy <c>redis</c>.</summary>
    RedisConfig Redis { get; }

    /// <summary>How often counts go to Redis, in seconds; negative is with each request.</summary>
    double SyncRate => -1;
}
