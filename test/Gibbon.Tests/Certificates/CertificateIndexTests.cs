using System.Text.Json;
using Gibbon.Certificates;
using Gibbon.Recordings;

namespace Gibbon.Tests.Certificates;

public class CertificateIndexTests
{
    [Fact]
    public void Names_are_tried_in_the_order_that_kong_tries_them()
    {
        foreach (JsonElement vector in Vectors())
        {
            string sni = vector.GetProperty("sni").GetString()!;
            string[] candidates = [.. vector.GetProperty("candidates").EnumerateArray().Select(name => name.GetString()!)];
            for (var first = 0; first < candidates.Length; first++)
            {
                // With the names before it absent, each candidate is the one that is found.
                CertificateIndex index = TestCertificates.Index(candidates[first..]);
                Assert.Equal($"CN={candidates[first]}", SubjectFor(index, sni));
            }

            Assert.Equal("CN=default.test", SubjectFor(TestCertificates.Index("other.name.test"), sni));
        }
    }

    [Theory]
    [InlineData("b.com", "*.com")]
    [InlineData("x.a.b.com", "*.b.com")]
    [InlineData("localhost", "*.localhost")]
    [InlineData("a.b.com", "a.*")]
    public void A_wildcard_stands_for_one_label_only(string sni, string name) =>
        Assert.Equal("CN=default.test", SubjectFor(TestCertificates.Index(name), sni));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.2.3.4")]
    [InlineData("a b.com")]
    [InlineData("a\0.com")]
    public void What_is_no_host_name_gets_the_default_even_beside_a_catch_all(string? sni) =>
        Assert.Equal("CN=default.test", SubjectFor(TestCertificates.Index("*"), sni));

    [Fact]
    public void Letter_case_does_not_matter() =>
        Assert.Equal("CN=api.test", SubjectFor(TestCertificates.Index("api.test"), "API.Test"));

    [Fact]
    public void A_name_whose_certificate_is_missing_finds_nothing_rather_than_the_next_name()
    {
        CertificateIndexBuilder builder = TestCertificates.Index("*").ToBuilder();
        builder.SetName("gone.test", Guid.NewGuid());

        CertificateLookup found = builder.Build().Find("gone.test");

        Assert.Null(found.Set);
        Assert.Contains("does not exist", found.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_cannot_be_parsed_spoils_no_other()
    {
        var broken = Guid.NewGuid();
        CertificateIndexBuilder builder = TestCertificates.Index("good.test").ToBuilder();
        builder.SetCertificate(broken, new PemPair("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", "no key"));
        builder.SetName("broken.test", broken);
        CertificateIndex index = builder.Build();

        Assert.Equal("CN=good.test", SubjectFor(index, "good.test"));
        Assert.Null(index.Find("broken.test").Set);
        Assert.Equal(broken, Assert.Single(index.Problems).Id);
    }

    [Fact]
    public void What_somebody_has_checked_is_loaded_when_it_is_asked_for_and_spoils_no_other_even_then()
    {
        var odd = Guid.NewGuid();
        CertificateIndexBuilder builder = TestCertificates.Index("good.test").ToBuilder();
        builder.SetCertificate(odd, TestCertificates.For("odd.test") with { Key = TestCertificates.For("good.test").Key }, isChecked: true);
        builder.SetName("odd.test", odd);
        CertificateIndex index = builder.Build();

        Assert.Empty(index.Problems);
        Assert.Null(index.Find("odd.test").Set);
        Assert.NotNull(index.Find("odd.test").Problem);
        Assert.Equal(odd, Assert.Single(index.Problems).Id);
        Assert.Equal("CN=good.test", SubjectFor(index, "good.test"));
    }

    [Fact]
    public void Of_a_key_that_no_handshake_can_be_made_with_it_is_known_at_once()
    {
        // Ed25519 (RFC 8410), which Kong takes.
        const string Key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
        var other = Guid.NewGuid();
        CertificateIndexBuilder builder = TestCertificates.Index("good.test").ToBuilder();
        builder.SetCertificate(other, TestCertificates.For("other.test") with { Key = Key }, isChecked: true);

        Assert.Equal(other, Assert.Single(builder.Build().Problems).Id);
    }

    [Fact]
    public async Task Many_who_ask_for_a_certificate_at_once_get_the_same()
    {
        var id = Guid.NewGuid();
        CertificateIndexBuilder builder = CertificateIndex.Empty.ToBuilder();
        builder.SetCertificate(id, TestCertificates.For("asked.test", KeyKind.Rsa), TestCertificates.For("asked.test"), isChecked: true);
        builder.SetName("asked.test", id);
        CertificateIndex index = builder.Build();

        CertificateSet?[] found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => index.Find("asked.test").Set)));

        Assert.Equal([KeyKind.Rsa, KeyKind.EcdsaP256], found[0]!.Certificates.Select(static certificate => certificate.Kind));
        Assert.All(found, set => Assert.Same(found[0], set));
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused_without_saying_the_key()
    {
        string key = TestCertificates.For("one.test").Key;
        LoadedCertificate? loaded = LoadedCertificate.Load(new PemPair(TestCertificates.For("two.test").Certificate, key), out string? problem);

        Assert.Null(loaded);
        Assert.NotNull(problem);
        Assert.DoesNotContain(key.Split('\n')[1], problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_written_again_with_the_same_text_stays_loaded()
    {
        var id = Guid.NewGuid();
        CertificateIndexBuilder first = CertificateIndex.Empty.ToBuilder();
        first.SetDefaults([TestCertificates.For("default.test")]);
        first.SetCertificate(id, TestCertificates.For("one.test"));
        first.SetName("one.test", id);
        CertificateIndex before = first.Build();

        CertificateIndexBuilder second = before.ToBuilder();
        second.Clear();
        second.SetDefaults([TestCertificates.For("default.test")]);
        second.SetCertificate(id, TestCertificates.For("one.test"), TestCertificates.For("one.test", KeyKind.Rsa));
        second.SetName("one.test", id);
        second.SetName("uno.test", id);
        CertificateIndex after = second.Build();

        Assert.Same(before.Find("one.test").Set!.Main, after.Find("uno.test").Set!.Main);
        Assert.Equal(2, after.Find("one.test").Set!.Certificates.Length);
        Assert.Same(before.Find((string?)null).Set, after.Find((string?)null).Set);
    }

    [Fact]
    public void An_index_to_which_nothing_happened_is_the_same_index()
    {
        CertificateIndex index = TestCertificates.Index("one.test");
        Assert.Same(index, index.ToBuilder().Build());
    }

    [Fact]
    public void A_removed_name_falls_back_to_the_next_best()
    {
        CertificateIndexBuilder builder = TestCertificates.Index("a.b.test", "*.b.test").ToBuilder();
        builder.RemoveName("a.b.test");
        Assert.Equal("CN=*.b.test", SubjectFor(builder.Build(), "a.b.test"));
    }

    private static string? SubjectFor(CertificateIndex index, string? sni) => index.Find(sni).Set?.Main.Leaf.Subject;

    private static IEnumerable<JsonElement> Vectors() =>
        JsonDocument.Parse(RecordedFiles.Read("vectors.json")).RootElement.GetProperty("sni_lookup_order").EnumerateArray();
}
