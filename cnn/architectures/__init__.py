"""Famous networks as tables: what is built is read off them, so that tables are all there is."""

from cnn.architectures.alexnet import ALEXNET, ALEXNET_SINGLE
from cnn.architectures.architecture import Architecture, Stage
from cnn.architectures.efficientnet import EFFICIENTNET_LITE0
from cnn.architectures.inception import INCEPTION_V4
from cnn.architectures.lenet import LENET, LENET_1998, LENET_TUTORIAL
from cnn.architectures.resnet import RESNET_50, RESNET_50_V1
from cnn.architectures.vgg import VGG_16, VGG_19

#: By slug, oldest first.
ARCHITECTURES: dict[str, Architecture] = {
    each.slug: each
    for each in (
        LENET_1998,
        LENET,
        LENET_TUTORIAL,
        ALEXNET,
        ALEXNET_SINGLE,
        VGG_16,
        VGG_19,
        RESNET_50,
        RESNET_50_V1,
        INCEPTION_V4,
        EFFICIENTNET_LITE0,
    )
}

__all__ = ["ARCHITECTURES", "Architecture", "Stage"]
