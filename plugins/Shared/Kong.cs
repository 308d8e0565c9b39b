namespace Gibbon.Plugins.Shared;

/// <summary>What the bundled plugins take over from the Kong they stand in for.</summary>
static class Kong
{
    /// <summary>The version of every bundled plugin: that of Kong, as its own are. Control planes compare it.</summary>
    public const string Version = "3.9.1";
}
