using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests;

public sealed class UriNormalizerTests
{
    static readonly ValueList Vectors = Schemas.Conformance.Read("vectors.json").GetList("path_normalization")!;

    public static TheoryData<string, string> Paths { get; } =
        [.. Vectors.OfType<ValueMap>().Select(static item => new TheoryDataRow<string, string>(item.GetString("raw")!, item.GetString("routed_as")!))];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_is_matched_in_its_normal_form(string raw, string normal) => Assert.Equal(normal, UriNormalizer.Normalize(raw));

    [Fact]
    public void A_path_in_normal_form_is_the_same_object()
    {
        var path = "/a/b;c=1";

        Assert.Same(path, UriNormalizer.Normalize(path));
    }
}
