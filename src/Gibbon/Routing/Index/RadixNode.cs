using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gibbon.Routing.Index;

/// <summary>
/// A node of a path-compressed tree over bytes: where ways part, or where something hangs and a way goes on. What hangs at the end of a way has no node.
/// Immutable once published: an edit copies the nodes from the root to the change and shares all others. During one edit the nodes it made carry its token and are
/// changed in place.
/// </summary>
/// <typeparam name="T">What hangs on the tree; not a node itself.</typeparam>
internal sealed class RadixNode<T> where T : class
{
    private readonly EditToken _owner;
    private byte[] _firsts = [];
    private RadixBranch[] _branches = [];

    // The branches share the arrays of the keys that made them.
    private byte[][] _keys = [];

    // What a look-up asks is in the node itself, and not in arrays behind it.
    private Vector128<byte> _firstsHead;
    private int _count;

    private RadixNode(T? value, EditToken owner) => (Value, _owner) = (value, owner);

    /// <summary>An empty tree.</summary>
    public static RadixNode<T> Empty { get; } = new(null, EditToken.None);

    /// <summary>What hangs here.</summary>
    public T? Value { get; private set; }

    /// <summary>True when nothing hangs here or below.</summary>
    public bool IsEmpty => Value is null && _count == 0;

    /// <summary>Goes on along a text, as far as the next place where something may hang.</summary>
    /// <param name="rest">What of the text is still to go; afterwards without what was gone.</param>
    /// <param name="value">What hangs there; null when nothing does.</param>
    /// <returns>The node to go on from; null at the end of the way.</returns>
    public RadixNode<T>? Next(ref ReadOnlySpan<byte> rest, out T? value)
    {
        value = null;
        int index = rest.IsEmpty ? -1 : IndexOf(rest[0]);
        if (index < 0)
        {
            return null;
        }

        // The array has as many as the node says: its own length may lie on another cache line.
        ref RadixBranch branch = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_branches), index);
        if (!branch.Begins(rest, _keys, index))
        {
            return null;
        }

        rest = rest[branch.Length..];
        if (branch.Target is RadixNode<T> node)
        {
            value = node.Value;
            return node;
        }

        value = Unsafe.As<T>(branch.Target);
        return null;
    }

    /// <summary>
    /// The tree in which <paramref name="change"/> replaced what hangs at <paramref name="key"/>; null in is "nothing there",
    /// null out removes.
    /// </summary>
    public RadixNode<T> With(byte[] key, Func<T?, T?> change, EditToken token) => With(key, 0, change, token);

    private RadixNode<T> With(byte[] key, int at, Func<T?, T?> change, EditToken token)
    {
        if (at == key.Length)
        {
            RadixNode<T> here = Own(token);
            here.Value = change(Value);
            return here;
        }

        int index = IndexOf(key[at]);
        if (index < 0)
        {
            return change(null) is { } added ? Own(token).Add(key, at, added) : this;
        }

        RadixBranch branch = _branches[index];
        int common = key.AsSpan(at).CommonPrefixLength(_keys[index].AsSpan(branch.Start, branch.Length));
        return common == branch.Length
            ? Replace(index, Changed(branch.Target, key, at + common, change, token), token)
            : change(null) is { } beside ? Replace(index, common, Fork(index, common, key, at + common, beside, token), token) : this;
    }

    // What stands at the end of a branch after the change; null when nothing does any more.
    private static object? Changed(object target, byte[] key, int at, Func<T?, T?> change, EditToken token)
    {
        if (target is RadixNode<T> node)
        {
            RadixNode<T> changed = node.With(key, at, change, token);
            return changed._count > 0 ? changed : changed.Value;
        }

        T leaf = Unsafe.As<T>(target);
        if (at == key.Length)
        {
            return change(leaf);
        }

        return change(null) is { } added ? new RadixNode<T>(leaf, token).Add(key, at, added) : leaf;
    }

    // Where a new key leaves a branch: what stood at the branch's end, and what was added.
    private RadixNode<T> Fork(int index, int common, byte[] key, int at, T added, EditToken token)
    {
        RadixBranch branch = _branches[index];
        RadixNode<T> fork = new(at == key.Length ? added : null, token);
        fork.Add(_keys[index], new RadixBranch(_keys[index], branch.Start + common, branch.Length - common, branch.Target));
        return at == key.Length ? fork : fork.Add(key, at, added);
    }

    private RadixNode<T> Own(EditToken token)
    {
        if (ReferenceEquals(_owner, token))
        {
            return this;
        }

        RadixNode<T> own = new(Value, token);
        own.SetBranches(_firsts, _branches, _keys);
        return own;
    }

    private RadixNode<T> Add(byte[] key, int at, T value) => Add(key, new RadixBranch(key, at, key.Length - at, value));

    private RadixNode<T> Add(byte[] key, RadixBranch branch)
    {
        SetBranches([.. _firsts, key[branch.Start]], [.. _branches, branch], [.. _keys, key]);
        return this;
    }

    // The branch to its end, with something else there.
    private RadixNode<T> Replace(int index, object? target, EditToken token)
    {
        RadixBranch branch = _branches[index];
        if (target is null)
        {
            RadixNode<T> here = Own(token);
            here.SetBranches(
                [.. _firsts[..index], .. _firsts[(index + 1)..]], [.. _branches[..index], .. _branches[(index + 1)..]], [.. _keys[..index], .. _keys[(index + 1)..]]);
            return here;
        }

        // Where nothing hangs and nothing parts any more, two branches become one.
        if (target is RadixNode<T> { Value: null, _count: 1 } passed)
        {
            RadixBranch second = passed._branches[0];
            byte[] joined = [.. _keys[index].AsSpan(branch.Start, branch.Length), .. passed._keys[0].AsSpan(second.Start, second.Length)];
            return Replace(index, joined, new RadixBranch(joined, 0, joined.Length, second.Target), token);
        }

        if (ReferenceEquals(branch.Target, target))
        {
            return this;
        }

        branch.Target = target;
        return Replace(index, _keys[index], branch, token);
    }

    // The first bytes of the branch, with something else at their end.
    private RadixNode<T> Replace(int index, int length, RadixNode<T> target, EditToken token) =>
        Replace(index, _keys[index], new RadixBranch(_keys[index], _branches[index].Start, length, target), token);

    private RadixNode<T> Replace(int index, byte[] key, RadixBranch branch, EditToken token)
    {
        // Never in place: the arrays may be shared with a published node.
        RadixNode<T> here = Own(token);
        RadixBranch[] branches = [.. _branches];
        branches[index] = branch;
        byte[][] keys = _keys;
        if (!ReferenceEquals(keys[index], key))
        {
            keys = [.. keys];
            keys[index] = key;
        }

        here.SetBranches(_firsts, branches, keys);
        return here;
    }

    private void SetBranches(byte[] firsts, RadixBranch[] branches, byte[][] keys)
    {
        (_firsts, _branches, _keys, _count) = (firsts, branches, keys, branches.Length);
        Span<byte> head = stackalloc byte[Vector128<byte>.Count];
        head.Clear();
        firsts.AsSpan(0, Math.Min(firsts.Length, head.Length)).CopyTo(head);
        _firstsHead = Vector128.Create<byte>(head);
    }

    private int IndexOf(byte first)
    {
        int count = _count;
        if (count > Vector128<byte>.Count)
        {
            return _firsts.AsSpan().IndexOf(first);
        }

        int index = BitOperations.TrailingZeroCount(Vector128.Equals(_firstsHead, Vector128.Create(first)).ExtractMostSignificantBits());
        return index < count ? index : -1;
    }
}
