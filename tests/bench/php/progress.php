<?php
// How far a post has come. A function, for a file of its own for each card would cost time.
declare(strict_types=1);

function progress(array $post): void
{ ?>
<div class="bf-progress bf-progress--<?= h($post['phase']) ?>">

<?php if ($post['form'] === 'money'): ?>
<progress aria-label="已筹进度" max="<?= $post['target_fen'] ?>" value="<?= $post['taken_fen'] ?>"></progress>
<p class="bf-progress__line">已筹 <b><?= money((int) $post['taken_fen']) ?></b> 元，共需 <?= money((int) $post['target_fen']) ?> 元</p>
<?php else: ?>
<progress aria-label="认领进度" max="<?= $post['quantity'] ?>" value="<?= $post['taken_quantity'] ?>"></progress>
<p class="bf-progress__line">已认领 <b><?= number_format((int) $post['taken_quantity']) ?></b>，共需 <?= number_format((int) $post['quantity']) ?> <?= h($post['unit']) ?></p>
<?php endif ?>

</div>
<?php }
