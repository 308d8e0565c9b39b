namespace Gibbon.Routing.Index;

/// <summary>
/// A node of a path-compressed tree over bytes. Immutable once published: an edit copies the nodes from the root to the
/// change and shares all others. During one edit the nodes it made carry its token and are changed in place.
/// </summary>
/// <typeparam name="T">What hangs on a node.</typeparam>
internal sealed class RadixNode<T> where T : class
{
    // Shares the arrays of the keys: a label is a slice of the first key that made it.
    private readonly byte[] _key;
    private readonly int _start;
    private readonly int _length;
    private readonly EditToken _owner;
    private byte[] _firsts = [];
    private RadixNode<T>[] _children = [];

    private RadixNode(byte[] key, int start, int length, T? value, EditToken owner)
    {
        (_key, _start, _length, Value, _owner) = (key, start, length, value, owner);
    }

    /// <summary>An empty tree.</summary>
    public static RadixNode<T> Empty { get; } = new([], 0, 0, null, EditToken.None);

    /// <summary>What hangs here.</summary>
    public T? Value { get; private set; }

    /// <summary>The bytes between the parent and this node.</summary>
    public ReadOnlySpan<byte> Label => _key.AsSpan(_start, _length);

    /// <summary>True when nothing hangs here or below.</summary>
    public bool IsEmpty => Value is null && _children.Length == 0;

    /// <summary>The child on the way to <paramref name="rest"/>, when its whole label is there.</summary>
    public RadixNode<T>? Next(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return null;
        }

        int index = _firsts.AsSpan().IndexOf(rest[0]);
        if (index < 0)
        {
            return null;
        }

        RadixNode<T> child = _children[index];
        return rest.StartsWith(child.Label) ? child : null;
    }

    /// <summary>
    /// The tree in which <paramref name="change"/> replaced what hangs at <paramref name="key"/>; null in is "nothing there",
    /// null out removes.
    /// </summary>
    public RadixNode<T> With(byte[] key, Func<T?, T?> change, EditToken token) => With(key, 0, change, token);

    private RadixNode<T> With(byte[] key, int at, Func<T?, T?> change, EditToken token)
    {
        // Here the label of this node has been consumed.
        if (at == key.Length)
        {
            RadixNode<T> here = Own(token);
            here.Value = change(Value);
            return here;
        }

        int index = _firsts.AsSpan().IndexOf(key[at]);
        if (index < 0)
        {
            return change(null) is { } added ? WithChild(new(key, at, key.Length - at, added, token), token) : this;
        }

        RadixNode<T> child = _children[index];
        int common = key.AsSpan(at).CommonPrefixLength(child.Label);
        RadixNode<T> replaced;
        if (common == child._length)
        {
            replaced = child.With(key, at + common, change, token);
        }
        else
        {
            RadixNode<T> fork = new(child._key, child._start, common, null, token);
            RadixNode<T> grown = fork.With(key, at + common, change, token);
            if (grown.IsEmpty)
            {
                return this;
            }

            replaced = grown.WithChild(child.Shortened(common, token), token);
        }

        return Replace(index, replaced.Tidy(token), token);
    }

    private RadixNode<T> Own(EditToken token)
    {
        if (ReferenceEquals(_owner, token))
        {
            return this;
        }

        return new(_key, _start, _length, Value, token) { _firsts = _firsts, _children = _children };
    }

    private RadixNode<T> Shortened(int by, EditToken token)
        => new(_key, _start + by, _length - by, Value, token) { _firsts = _firsts, _children = _children };

    private RadixNode<T> WithChild(RadixNode<T> child, EditToken token)
    {
        RadixNode<T> here = Own(token);
        here._firsts = [.. _firsts, child.Label[0]];
        here._children = [.. _children, child];
        return here;
    }

    private RadixNode<T> Replace(int index, RadixNode<T> child, EditToken token)
    {
        RadixNode<T> here = Own(token);
        if (child.IsEmpty)
        {
            here._firsts = [.. _firsts[..index], .. _firsts[(index + 1)..]];
            here._children = [.. _children[..index], .. _children[(index + 1)..]];
        }
        else if (!ReferenceEquals(_children[index], child))
        {
            // Never in place: the array may be shared with a published node.
            RadixNode<T>[] children = [.. _children];
            children[index] = child;
            here._children = children;
        }

        return here;
    }

    // After a removal a node that only passes through joins its child.
    private RadixNode<T> Tidy(EditToken token)
    {
        if (Value is not null || _children.Length != 1)
        {
            return this;
        }

        RadixNode<T> child = _children[0];
        byte[] label = [.. Label, .. child.Label];
        return new(label, 0, label.Length, child.Value, token) { _firsts = child._firsts, _children = child._children };
    }
}

/// <summary>Identifies one edit; nodes that carry it belong to nobody else yet.</summary>
internal sealed class EditToken
{
    /// <summary>Owns what must never be changed in place.</summary>
    public static readonly EditToken None = new();
}
