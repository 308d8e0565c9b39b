using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

public sealed class DeterministicIdTests
{
    [Fact]
    public void Keys_give_the_ids_that_Kong_gives()
    {
        foreach (var vector in RecordedData.Read("vectors.json")["deterministic_ids"]!.AsArray())
        {
            Assert.Equal((string)vector!["id"]!, new DeterministicId((string)vector["entity"]!).Of((string)vector["key"]!).ToString());
        }
    }
}
