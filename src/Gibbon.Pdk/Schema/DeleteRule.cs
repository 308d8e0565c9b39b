namespace Gibbon.Pdk.Schemas;

/// <summary>What happens to an entity when the one it refers to is deleted.</summary>
public enum DeleteRule
{
    /// <summary>The deletion is refused as long as the reference exists. This is what holds when nothing is said.</summary>
    Restrict,

    /// <summary>The referring entity is deleted too.</summary>
    Cascade,

    /// <summary>The reference becomes null.</summary>
    Null,
}
