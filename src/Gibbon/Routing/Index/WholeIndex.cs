using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Gibbon.Routing.Index;

/// <summary>Makes an index of many candidates at once, so that it lies in memory as it is read; see <see cref="RadixNode{T}.Of"/>.</summary>
internal static class WholeIndex
{
    private enum Tree
    {
        Any,
        Hosts,
        Suffixes,
    }

    /// <summary>The index of all candidates in a space.</summary>
    /// <param name="routes">The candidates of each route. One that has a single place is replaced by a copy, which lies where a look-up comes by.</param>
    /// <param name="space">The space.</param>
    public static RouteIndex Of(IEnumerable<Candidate[]> routes, RouteProtocol space)
    {
        List<Entry> found = [];
        foreach (Candidate[] candidates in routes)
        {
            for (int number = 0; number < candidates.Length; number++)
            {
                if (candidates[number].Space == space)
                {
                    foreach (IndexKey key in candidates[number].Keys)
                    {
                        found.Add(Entry.Of(candidates, number, key));
                    }
                }
            }
        }

        Entry[] entries = WithLeads(found);
        Array.Sort(entries, Entry.Compare);
        int hosts = Array.FindIndex(entries, static entry => entry.Tree != Tree.Any);
        hosts = hosts < 0 ? entries.Length : hosts;
        int suffixes = Array.FindIndex(entries, hosts, static entry => entry.Tree == Tree.Suffixes);
        suffixes = suffixes < 0 ? entries.Length : suffixes;
        return new RouteIndex(
            Paths(new(entries, 0, hosts)),
            Hosts(new(entries, hosts, suffixes - hosts)),
            Hosts(new(entries, suffixes, entries.Length - suffixes)));
    }

    // What tells one from another comes after what all have in common.
    private static Entry[] WithLeads(List<Entry> entries)
    {
        Dictionary<Tree, int> common = [];
        foreach (IGrouping<Tree, Entry> tree in entries.GroupBy(static entry => entry.Tree))
        {
            byte[] first = tree.First().Foremost;
            common[tree.Key] = tree.Min(entry => first.AsSpan().CommonPrefixLength(entry.Foremost));
        }

        return [.. entries.Select(entry => entry with { Lead = Entry.LeadOf(entry.Foremost.AsSpan(common[entry.Tree])) })];
    }

    private static RadixNode<HostNode> Hosts(ArraySegment<Entry> entries) =>
        entries.Count == 0 ? RadixNode<HostNode>.Empty : RadixNode<HostNode>.Of(Runs(entries, static entry => entry.Host), Host);

    private static HostNode Host(ArraySegment<Entry> entries)
    {
        int exact = entries.TakeWhile(static entry => !entry.IsThrough).Count();
        return new HostNode(exact == 0 ? null : Paths(entries[..exact]), exact == entries.Count ? null : Paths(entries[exact..]));
    }

    private static RadixNode<CandidatePlace> Paths(ArraySegment<Entry> entries) => RadixNode<CandidatePlace>.Of(Runs(entries, static entry => entry.Path), Place);

    private static CandidatePlace Place(ArraySegment<Entry> entries) =>
        entries.Count == 1 ? entries[0].Settle() : new CandidateList([.. entries.Select(static entry => entry.Settle())], EditToken.None);

    // The entries by a key that comes once for each of them in a row.
    private static ReadOnlySpan<KeyValuePair<byte[], ArraySegment<Entry>>> Runs(ArraySegment<Entry> entries, Func<Entry, byte[]> key)
    {
        List<KeyValuePair<byte[], ArraySegment<Entry>>> runs = new(entries.Count);
        for (int start = 0, end; start < entries.Count; start = end)
        {
            byte[] same = key(entries[start]);
            end = start + 1;
            while (end < entries.Count && key(entries[end]).AsSpan().SequenceEqual(same))
            {
                end++;
            }

            runs.Add(new(same, entries[start..end]));
        }

        return CollectionsMarshal.AsSpan(runs);
    }

    /// <summary>A candidate at one of its places.</summary>
    private readonly record struct Entry(Candidate[] Candidates, int Number, Tree Tree, bool IsThrough, byte[] Host, byte[] Path)
    {
        /// <summary>Sixteen bytes by which most entries can be told apart and put in order, without a look at the texts, which are in no cache.</summary>
        public UInt128 Lead { get; init; }

        /// <summary>The text that is looked at first.</summary>
        public byte[] Foremost => Tree == Tree.Any ? Path : Host;

        public static UInt128 LeadOf(ReadOnlySpan<byte> text)
        {
            Span<byte> lead = stackalloc byte[16];
            lead.Clear();
            text[..Math.Min(text.Length, lead.Length)].CopyTo(lead);
            return BinaryPrimitives.ReadUInt128BigEndian(lead);
        }

        public static Entry Of(Candidate[] candidates, int number, IndexKey key) => key.Pin switch
        {
            HostPin.Any => new(candidates, number, Tree.Any, false, [], key.Path),
            HostPin.Suffix => new(candidates, number, Tree.Suffixes, true, [.. key.Host.Reverse()], key.Path),
            _ => new(candidates, number, Tree.Hosts, key.Pin == HostPin.Prefix, key.Host, key.Path),
        };

        /// <summary>By host and path, and at one place in the order in which candidates are asked.</summary>
        public static int Compare(Entry left, Entry right)
        {
            int order = left.Tree.CompareTo(right.Tree);
            order = order != 0 ? order : left.Lead.CompareTo(right.Lead);
            order = order != 0 ? order : left.Host.AsSpan().SequenceCompareTo(right.Host);
            order = order != 0 ? order : left.IsThrough.CompareTo(right.IsThrough);
            order = order != 0 ? order : left.Path.AsSpan().SequenceCompareTo(right.Path);
            return order != 0 ? order : right.Candidates[right.Number].Order.CompareTo(left.Candidates[left.Number].Order);
        }

        /// <summary>The candidate, as it is to hang there.</summary>
        public Candidate Settle()
        {
            ref Candidate candidate = ref Candidates[Number];
            return candidate.Keys.Length == 1 ? candidate = candidate.Copy() : candidate;
        }
    }
}
