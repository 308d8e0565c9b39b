using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Tests.Storage;

public sealed class ConfigurationHashTests
{
    [Fact]
    public void A_configuration_has_the_hashes_that_Kong_computes()
    {
        foreach (var vector in RecordedData.Read("vectors.json")["hybrid_config_hash"]!.AsArray())
        {
            Assert.True(ValueJson.TryRead(Encoding.UTF8.GetBytes(vector!["config"]!.ToJsonString()), out var configuration, out _));
            var hashes = ConfigurationHash.OfTable((ValueMap)configuration!);
            Assert.Equal((string)vector["config_hash"]!, hashes.Configuration);
            Assert.Equal((string)vector["hashes"]!["services"]!, hashes.Services);
            Assert.Equal((string)vector["hashes"]!["routes"]!, hashes.Routes);
        }
    }

    [Fact]
    public void A_text_has_the_hash_of_its_bytes() => Assert.Equal("65bb67bc46b6b46a2ea24007b6221ec2", ConfigurationHash.OfText(new string('é', 20_000)));
}
