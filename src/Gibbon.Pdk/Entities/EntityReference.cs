namespace Gibbon.Pdk.Entities;

/// <summary>A reference to another entity by its id; in data a record: <c>{ "id": "…" }</c>.</summary>
/// <typeparam name="T">The kind of entity it refers to.</typeparam>
/// <param name="Id">The id of the entity.</param>
public readonly record struct EntityReference<T>(Guid Id) : IEntityReference where T : Entity
{
    /// <summary>The reference to an entity.</summary>
    public static implicit operator EntityReference<T>(T entity) => new(entity.Id);
}

/// <summary>A reference to an entity of any kind.</summary>
public interface IEntityReference
{
    /// <summary>The id of the entity.</summary>
    Guid Id { get; }
}
