using Gibbon.Routing.Index;

namespace Gibbon.Tests.Routing;

/// <summary>The tree finds what a list of keys finds, for bytes of every kind.</summary>
public sealed class RadixNodeTests
{
    private static readonly byte[] FewBytes = [0, 1, 0x7f, 0x80, 0xff, (byte)'a'];

    [Theory]
    [InlineData(1, 6, 4)]
    [InlineData(2, 6, 20)]
    [InlineData(3, 256, 3)]
    [InlineData(4, 256, 12)]
    [InlineData(5, 12, 9)]
    [InlineData(6, 17, 30)]
    public void Keys_that_begin_a_text_are_met_on_the_way(int seed, int alphabet, int longest)
    {
        Random random = new(seed);
        Dictionary<string, string> model = [];
        RadixNode<string> tree = RadixNode<string>.Empty;
        for (int step = 0; step < 3000; step++)
        {
            byte[] key = Key(random, alphabet, longest);
            string name = Convert.ToHexString(key);
            bool removes = random.Next(3) == 0;
            tree = tree.With(key, _ => removes ? null : name, new EditToken());
            if (removes)
            {
                model.Remove(name);
            }
            else
            {
                model[name] = name;
            }

            // Now and then nearly a key that is there: alike but for one byte, wherever that is.
            byte[] text = random.Next(2) == 0 || model.Count == 0
                ? [.. Key(random, alphabet, longest), .. Key(random, alphabet, longest)]
                : [.. Altered(random, Convert.FromHexString(model.Keys.ElementAt(random.Next(model.Count)))), .. Key(random, alphabet, longest / 2)];
            string whole = Convert.ToHexString(text);
            Assert.Equal(
                Enumerable.Range(0, text.Length + 1).Select(length => whole[..(2 * length)]).Where(model.ContainsKey),
                Met(tree, text));
        }
    }

    private static List<string> Met(RadixNode<string> tree, ReadOnlySpan<byte> text)
    {
        List<string> met = [];
        string? value = tree.Value;
        for (RadixNode<string>? node = tree; ; node = node.Next(ref text, out value))
        {
            if (value is not null)
            {
                met.Add(value);
            }

            if (node is null)
            {
                return met;
            }
        }
    }

    private static byte[] Altered(Random random, byte[] key)
    {
        if (key.Length > 0 && random.Next(4) > 0)
        {
            key[random.Next(key.Length)]++;
        }

        return key;
    }

    private static byte[] Key(Random random, int alphabet, int longest)
    {
        byte[] key = new byte[random.Next(longest + 1)];
        for (int i = 0; i < key.Length; i++)
        {
            int letter = random.Next(alphabet);
            key[i] = alphabet <= FewBytes.Length ? FewBytes[letter] : (byte)letter;
        }

        return key;
    }
}
