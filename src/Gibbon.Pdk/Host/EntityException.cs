namespace Gibbon.Pdk;

/// <summary>An enumeration of entities broke off: the one place where a result cannot carry the error.</summary>
/// <param name="error">Why.</param>
public sealed class EntityException(EntityError error) : Exception(error.ToString())
{
    /// <summary>Why.</summary>
    public EntityError Error { get; } = error;
}
