namespace Gibbon.Pdk;

/// <summary>A change of an entity, as events tell it.</summary>
/// <param name="Operation"><c>create</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="SchemaName">The entity's type: <c>consumers</c>.</param>
/// <param name="Entity">The entity after the change; before it, for a deletion.</param>
/// <param name="OldEntity">The entity before an update.</param>
public sealed record EntityChange(string Operation, string SchemaName, object Entity, object? OldEntity);
