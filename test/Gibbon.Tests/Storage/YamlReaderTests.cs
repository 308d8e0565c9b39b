using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("yes", true)]
    [InlineData("Off", false)]
    [InlineData("y", "y")]
    [InlineData("~", null)]
    [InlineData("", null)]
    [InlineData("Null", null)]
    [InlineData("80", 80L)]
    [InlineData("-1", -1L)]
    [InlineData("0755", 493L)]
    [InlineData("08", 8L)]
    [InlineData("0x1F", 31L)]
    [InlineData("0b101", 5L)]
    [InlineData("1_000", 1000L)]
    [InlineData("10:30", 630L)]
    [InlineData("1.5", 1.5)]
    [InlineData("2.0", 2L)]
    [InlineData("1e3", 1000L)]
    [InlineData(".5", 0.5)]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("'80'", "80")]
    [InlineData("\"yes\"", "yes")]
    [InlineData("!!str 80", "80")]
    [InlineData("!!int '80'", 80L)]
    [InlineData("/a b", "/a b")]
    public void A_scalar_means_what_it_means_to_Kong(string text, object? expected) => Assert.Equal(expected, Read($"v: {text}\n").Get("v"));

    [Fact]
    public void A_long_text_means_what_a_short_one_does_and_is_wrong_at_the_same_places()
    {
        var many = string.Concat(Enumerable.Range(0, 50_000).Select(static i => $"- {{name: r{i}, paths: [\"/{i}\"]}}\n"));

        var routes = (ValueList)Read($"routes:\n{many}after: 1\n").Get("routes")!;
        Assert.Equal(Enumerable.Range(0, 50_000).Select(static i => $"r{i}"), routes.Select(static route => ((ValueMap)route!).Get("name")));

        // At the end, at the beginning while most has not been read, and where the text is YAML but not for us.
        Assert.Equal(ErrorOf("routes:\n- a\n: : :\n", 3), ErrorOf($"routes:\n{many}: : :\n", 50_002));
        Assert.Equal(ErrorOf("a: 'b\n", 1), ErrorOf($"routes:\n{many}a: 'b\n", 50_002));
        Assert.Equal(ErrorOf("? [a]\n: b\nroutes: []\n", 2), ErrorOf($"? [a]\n: b\nroutes:\n{many}", 2));
        Assert.Equal(ErrorOf("a: *b\nroutes: []\n", 1), ErrorOf($"a: *b\nroutes:\n{many}", 1));

        // What comes after the number of the line.
        static string ErrorOf(string text, int line)
        {
            YamlReader.TryRead(text, out _, out var error);
            Assert.NotNull(error);
            Assert.StartsWith($"{line}:", error);
            return error[$"{line}:".Length..];
        }
    }

    [Fact]
    public void Aliases_are_copies_and_merge_keys_fill_in_what_is_missing()
    {
        var document = Read("base: &b {a: 1, tags: [x]}\none:\n  <<: *b\n  a: 2\ntwo: *b\n");
        Assert.Equal(2L, document.GetMap("one")!.Get("a"));
        document.GetMap("two")!.GetList("tags")!.Add("y");
        Assert.Single(document.GetMap("base")!.GetList("tags")!);
        Assert.Single(document.GetMap("one")!.GetList("tags")!);
    }

    [Fact]
    public void The_last_of_equal_keys_counts() => Assert.Equal(2L, Read("a: 1\na: 2\n").Get("a"));

    [Fact]
    public void Block_texts_keep_their_lines() => Assert.Equal("one\ntwo\n", Read("a: |\n  one\n  two\n").Get("a"));

    [Theory]
    [InlineData("a: [1", "1:5: did not find expected ',' or ']'")]
    [InlineData("\t- x", "1:1: found character that cannot start any token")]
    [InlineData("v: -\n", "1:1: block sequence entries are not allowed in this context")]
    [InlineData("a: @x", "1:1: found character that cannot start any token")]
    [InlineData("a: b: c", "1:1: mapping values are not allowed in this context")]
    [InlineData("services: [\n", "1:11: did not find expected node content")]
    [InlineData("a: *nope", "1:4: invalid reference: nope")]
    [InlineData("a: !!int x", "1:4: invalid 'tag:yaml.org,2002:int' value: 'x'")]
    public void An_error_tells_its_place(string text, string expected)
    {
        Assert.False(YamlReader.TryRead(text, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var lines = Enumerable.Range(1, 12).Select(static level => $"l{level}: &l{level} [{string.Join(", ", Enumerable.Repeat($"*l{level - 1}", 10))}]");
        var text = "l0: &l0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n" + string.Join('\n', lines);
        Assert.False(YamlReader.TryRead(text, out _, out var error));
        Assert.EndsWith("the aliases of the document expand to too many values", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        Assert.False(YamlReader.TryRead(new string('[', 5000), out _, out var error));
        Assert.NotNull(error);
    }

    static ValueMap Read(string text)
    {
        Assert.True(YamlReader.TryRead(text, out var value, out var error), error);
        return Assert.IsType<ValueMap>(value);
    }
}
