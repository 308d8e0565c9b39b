using Gibbon.Proxy.Messages;

namespace Gibbon.Tests.Proxy.Messages;

/// <summary>Fields of one table in another, and texts that are no ASCII.</summary>
public sealed class HeaderTableTests
{
    [Fact]
    public void A_copy_has_all_fields_in_their_order_behind_those_that_were_there()
    {
        HeaderTable from = Table(("Server", "s"), ("X-One", "1"), ("x-empty", ""));
        HeaderTable to = Table(("Date", "d"));

        to.AddAll(from);

        Assert.Equal("Date: d, Server: s, X-One: 1, x-empty: ", Text(to));
        Assert.True(to.Contains(KnownHeader.Server));
        Assert.Equal("1", to.GetString("x_one"));
        Assert.Equal(Table(("Date", "d"), ("Server", "s"), ("X-One", "1"), ("x-empty", "")).ByteLength, to.ByteLength);
    }

    [Fact]
    public void A_copy_has_nothing_that_was_removed_and_is_no_part_of_its_model()
    {
        HeaderTable from = Table(("X-One", "1"), ("X-Two", "2"), ("X-Three", "3"));
        from.Remove("X-Two");
        from.Set("X-One", "changed");
        HeaderTable to = new();

        to.AddAll(from);
        to.Set("X-Three", "other");
        from.Reset();

        Assert.Equal("X-One: changed, X-Three: other", Text(to));
    }

    [Fact]
    public void Copies_of_many_fields_fit()
    {
        HeaderTable from = new();
        for (int i = 0; i < 300; i++)
        {
            from.Add($"X-Field-{i}", new string('v', i));
        }

        HeaderTable to = Table(("X-First", "1"));
        to.AddAll(from);
        to.AddAll(from);

        Assert.Equal(601, to.Count);
        Assert.Equal(new string('v', 299), to.GetString("X-Field-299"));
    }

    [Theory]
    [InlineData("Server", "server", true)]
    [InlineData("X-One", "x-ONE", true)]
    [InlineData("X-One", "X-Two", false)]
    [InlineData("X-One", "Server", false)]
    [InlineData("X-One", "X-One-", false)]
    public void Tables_share_names_whatever_their_case(string one, string other, bool expected)
    {
        HeaderTable first = Table(("Date", "d"), (one, "1"));
        HeaderTable second = Table(("X-Else", "e"), (other, "2"));

        Assert.Equal(expected, first.SharesNamesWith(second));
        Assert.Equal(expected, second.SharesNamesWith(first));
    }

    [Fact]
    public void A_name_that_was_removed_is_not_shared()
    {
        HeaderTable first = Table(("X-One", "1"), ("Server", "s"));
        HeaderTable second = Table(("X-One", "1"), ("Server", "s"));
        first.Remove("X-One");
        first.Remove(KnownHeader.Server);

        Assert.False(first.SharesNamesWith(second));
        Assert.False(second.SharesNamesWith(first));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("Ü ber €uro \U0001F600")]
    [InlineData("")]
    public void Texts_are_kept_as_UTF8(string value) => Assert.Equal(value, Table(("X-One", value)).GetString("X-One"));

    [Fact]
    public void A_text_of_any_length_comes_back_and_one_character_that_could_end_a_line_is_found_wherever_it_is()
    {
        foreach (int length in Enumerable.Range(1, 40))
        {
            string plain = string.Concat(Enumerable.Range(0, length).Select(static i => (char)(' ' + (i * 7 % 95))));
            Assert.Equal(plain, Table(("X-One", plain)).GetString("X-One"));
            foreach (int place in Enumerable.Range(0, length))
            {
                foreach ((char letter, string sent) in new[] { ('\r', "%0D"), ('\x7f', "%7F"), ('\0', "%00"), ('\t', "\t"), ('\x1f', "%1F"), ('ä', "ä"), ('\uff0d', "\uff0d") })
                {
                    string text = $"{plain[..place]}{letter}{plain[(place + 1)..]}";
                    Assert.Equal($"{plain[..place]}{sent}{plain[(place + 1)..]}", Table(("X-One", text)).GetString("X-One"));
                }
            }
        }
    }

    [Fact]
    public void Names_of_all_lengths_are_found_and_names_like_them_are_not()
    {
        string[] names = [.. Enumerable.Range(1, 200).Select(static length => new string('x', length - 1) + "-")];
        HeaderTable table = new();
        for (int i = 0; i < names.Length; i++)
        {
            Assert.False(table.Contains(names[i]));
            table.Add(names[i], $"{i}");
            Assert.Equal(i, table.Find(names[i].ToUpperInvariant()));
            Assert.Equal(i, table.FindLoosely(names[i].Replace('-', '_')));
            Assert.Equal(-1, table.Find(names[i].Replace('-', '_')));
        }

        HeaderTable copy = new();
        copy.AddAll(table);
        Assert.Equal(199, copy.Find(names[199]));
        copy.Reset();
        Assert.Equal(-1, copy.Find(names[0]));
    }

    [Fact]
    public void A_field_that_is_set_again_and_again_takes_one_place_and_gaps_between_others_stay()
    {
        HeaderTable table = Table(("One", "1"), ("Two", "2"), ("Three", "3"));
        for (int i = 0; i < 1000; i++)
        {
            table.Remove("Three");
            table.Add("Three", $"{i}");
        }

        Assert.Equal(3, table.End);
        table.Remove("Two");
        Assert.Equal((3, 2), (table.End, table.Count));
        table.Remove("Three");
        Assert.Equal((1, 1), (table.End, table.Count));
        Assert.Equal("One: 1", Text(table));
    }

    [Fact]
    public void A_name_is_sent_with_the_letters_it_was_given_whatever_was_sent_before()
    {
        HeaderTable table = Table(("X-Consumer-ID", "1"), ("x-consumer-id", "2"), ("X-CONSUMER-ID", "3"), ("content-type", "a"), ("Content-Type", "b"), ("a b:c", "d"));

        Assert.Equal("X-Consumer-ID: 1, x-consumer-id: 2, X-CONSUMER-ID: 3, content-type: a, Content-Type: b, a%20b%3Ac: d", Text(table));
        Assert.Equal(3, table.Find(KnownHeader.ContentType));
    }

    private static HeaderTable Table(params (string Name, string Value)[] fields)
    {
        HeaderTable table = new();
        foreach ((string name, string value) in fields)
        {
            table.Add(name, value);
        }

        return table;
    }

    private static string Text(HeaderTable table)
    {
        List<string> fields = [];
        foreach (HeaderField field in table)
        {
            fields.Add($"{table.NameString(field.Index)}: {table.ValueString(field.Index)}");
        }

        return string.Join(", ", fields);
    }
}
