namespace Gibbon.Plugins.Shared.Logs;

/// <summary>What the configurations of plugins that send entries have in common.</summary>
interface IEntryConfig
{
    /// <summary>Fields that an entry gets as well, or loses.</summary>
    CustomFields CustomFields { get; }
}
