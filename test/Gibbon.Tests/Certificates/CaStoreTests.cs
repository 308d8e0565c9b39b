using Gibbon.Certificates;

namespace Gibbon.Tests.Certificates;

public class CaStoreTests
{
    private static readonly Guid One = Guid.NewGuid();
    private static readonly Guid Two = Guid.NewGuid();

    [Fact]
    public void A_list_gives_its_authorities_in_one_collection_again_and_again()
    {
        CaStore store = Store("one.test", "two.test", CaStore.Empty);

        TrustLookup found = store.Find([One, Two]);

        Assert.Equal(["CN=one.test", "CN=two.test"], found.Trusted!.Select(certificate => certificate.Subject));
        Assert.Same(found.Trusted, store.Find([One, Two]).Trusted);
    }

    [Fact]
    public void A_collection_outlives_a_change_of_other_authorities()
    {
        CaStore before = Store("one.test", "two.test", CaStore.Empty);
        TrustLookup one = before.Find([One]);
        TrustLookup two = before.Find([Two]);

        CaStore after = Store("one.test", "new.test", before);

        Assert.Same(one.Trusted, after.Find([One]).Trusted);
        Assert.Equal("CN=new.test", after.Find([Two]).Trusted![0].Subject);
        Assert.NotSame(two.Trusted, after.Find([Two]).Trusted);
    }

    [Fact]
    public void An_authority_that_appears_later_is_found_then()
    {
        CaStore before = CaStore.Create([], CaStore.Empty);
        Assert.Null(before.Find([One]).Trusted);
        Assert.Contains(One.ToString(), before.Find([One]).Problem, StringComparison.Ordinal);

        Assert.NotNull(Store("one.test", "two.test", before).Find([One]).Trusted);
    }

    [Fact]
    public void A_certificate_that_cannot_be_parsed_is_a_problem_of_its_lists_only()
    {
        CaStore store = CaStore.Create([(One, "nonsense"), (Two, TestCertificates.For("two.test").Certificate)], CaStore.Empty);

        Assert.Null(store.Find([One, Two]).Trusted);
        Assert.NotNull(store.Find([Two]).Trusted);
    }

    private static CaStore Store(string one, string two, CaStore previous) =>
        CaStore.Create([(One, TestCertificates.For(one).Certificate), (Two, TestCertificates.For(two).Certificate)], previous);
}
