namespace Gibbon.Pdk.Schemas;

/// <summary>What is being done with an entity; automatic values, defaults and some checks depend on it.</summary>
public enum Operation
{
    /// <summary>A new entity (POST): everything absent is filled in.</summary>
    Insert,

    /// <summary>A whole entity that replaces the one there may be (PUT): filled in like a new one.</summary>
    Upsert,

    /// <summary>A part of an entity (PATCH): nothing is filled in, what is absent stays as it is.</summary>
    Update,

    /// <summary>An entity read from a store: repaired where the schema has grown since it was written.</summary>
    Select,
}
