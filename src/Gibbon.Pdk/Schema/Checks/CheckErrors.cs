namespace Gibbon.Pdk.Schemas;

/// <summary>The errors of a record while its checks are made.</summary>
public sealed class CheckErrors
{
    internal CheckErrors(Operation operation, bool within = false)
    {
        // A record within an entity is always sent whole.
        Operation = within && operation == Operation.Update ? Operation.Insert : operation;
        IsUpdate = operation == Operation.Update;
    }

    /// <summary>What is being done with the record.</summary>
    public Operation Operation { get; }

    /// <summary>Whether the entity that the record belongs to is being updated, which the texts say.</summary>
    internal bool IsUpdate { get; }

    internal ValueMap? Tree { get; private set; }

    /// <summary>Notes an error of a field; a path leads into records.</summary>
    public void Add(string path, object error) => FieldPath.Set(Tree ??= [], path, error);

    internal void SetField(string name, object error) => (Tree ??= [])[name] = error;

    internal void AddEntityError(string error)
    {
        Tree ??= [];
        if (Tree.GetList("@entity") is not { } list)
        {
            Tree["@entity"] = list = [];
        }
        list.Add(error);
    }

    internal bool Has(string path) => Tree is not null && (Tree.ContainsKey(path) || FieldPath.TryGet(Tree, path, out _));
}
