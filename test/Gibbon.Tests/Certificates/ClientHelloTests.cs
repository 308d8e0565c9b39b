using System.Buffers.Binary;
using Gibbon.Certificates;

namespace Gibbon.Tests.Certificates;

public class ClientHelloTests
{
    [Fact]
    public void The_name_and_the_algorithms_are_read()
    {
        ClientHello hello = ClientHello.Parse(Hello("api.test", [0x0403, 0x0804], tls13: true));

        Assert.Equal("api.test", hello.ServerName);
        Assert.Equal([4, 3, 8, 4], hello.SignatureAlgorithms.ToArray());
        Assert.True(hello.OffersTls13);
    }

    [Fact]
    public void A_hello_cut_anywhere_is_read_without_harm()
    {
        byte[] whole = Hello("api.test", [0x0403], tls13: true);
        for (var length = 0; length < whole.Length; length++)
        {
            ClientHello hello = ClientHello.Parse(whole.AsSpan(0, length));
            Assert.True(hello.ServerName is null || "api.test".StartsWith(hello.ServerName, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(new ushort[] { 0x0403, 0x0804 }, true, KeyKind.EcdsaP256)]
    [InlineData(new ushort[] { 0x0804, 0x0403 }, true, KeyKind.Rsa)]
    [InlineData(new ushort[] { 0x0401, 0x0403 }, true, KeyKind.EcdsaP256)]
    [InlineData(new ushort[] { 0x0401, 0x0403 }, false, KeyKind.Rsa)]
    [InlineData(new ushort[] { 0x0503, 0x0804 }, true, KeyKind.Rsa)]
    [InlineData(new ushort[] { 0x0503, 0x0401 }, false, KeyKind.EcdsaP256)]
    [InlineData(new ushort[] { 0x0807 }, true, KeyKind.Rsa)]
    [InlineData(new ushort[0], false, KeyKind.Rsa)]
    public void The_certificate_is_the_one_the_client_likes_best(ushort[] algorithms, bool tls13, object expected)
    {
        CertificateIndexBuilder builder = CertificateIndex.Empty.ToBuilder();
        builder.SetDefaults([TestCertificates.For("both.test"), TestCertificates.For("both.test", KeyKind.Rsa)]);
        CertificateSet both = builder.Build().Find((string?)null).Set!;

        ClientHello hello = ClientHello.Parse(Hello("both.test", algorithms, tls13));

        Assert.Equal(expected, both.For(in hello).Kind);
    }

    [Fact]
    public void An_rsa_client_of_tls_1_2_without_ecdsa_suites_is_not_shown_an_ecdsa_certificate()
    {
        CertificateIndexBuilder builder = CertificateIndex.Empty.ToBuilder();
        builder.SetDefaults([TestCertificates.For("both.test"), TestCertificates.For("both.test", KeyKind.Rsa)]);
        CertificateSet both = builder.Build().Find((string?)null).Set!;

        ClientHello hello = ClientHello.Parse(Hello("both.test", [0x0403, 0x0401], tls13: false, suites: [0xC02F]));

        Assert.Equal(KeyKind.Rsa, both.For(in hello).Kind);
    }

    private static byte[] Hello(string name, ushort[] algorithms, bool tls13, ushort[]? suites = null)
    {
        byte[] extensions =
        [
            .. Extension(0, Vector(2, [0, .. Vector(2, System.Text.Encoding.ASCII.GetBytes(name))])),
            .. algorithms.Length > 0 ? Extension(13, Vector(2, Numbers(algorithms))) : [],
            .. tls13 ? Extension(43, Vector(1, Numbers([0x0304, 0x0303]))) : [],
        ];
        byte[] body =
        [
            3, 3, .. new byte[32], 0, .. Vector(2, Numbers(suites ?? [0x1301, 0xC02B, 0xC02F])), .. Vector(1, [0]), .. Vector(2, extensions),
        ];
        return [1, .. Vector(3, body)];
    }

    private static byte[] Extension(ushort type, byte[] body) => [.. Numbers([type]), .. Vector(2, body)];

    private static byte[] Vector(int size, byte[] body)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        return [.. length[(4 - size)..], .. body];
    }

    private static byte[] Numbers(ushort[] numbers) => [.. numbers.SelectMany(number => new[] { (byte)(number >> 8), (byte)number })];
}
